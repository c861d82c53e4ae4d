From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker telescoping chain loss hessian upper_bound.
From Hessproof Require Import kernel_equations kernel_count elimination loss_elimination.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Fact 7 is attained in every field in which 2L - 1 is not zero, or which has an element g *)
(* with g != 0 and g^2 != 1: at rectangular identities W_l, with X = 1 and the residual g *)
(* times the rectangular identity of rank q.  All cores are one matrix a, with L a^T + g (L - *)
(* 1) a = 0; so (L^2 - g^2 (L - 1)^2) a = 0. *)

(* The labels that leave the residual g times the identity of rank q. *)
Definition labels_for (F : fieldType) (M : nat -> nat) (L q : nat) (g : F) : 'M[F]_(M L, M 0%N) :=
  chain (rectangular_identity F M) 0 L - g *: pid_mx q.

Lemma pid_pid (F : fieldType) (q a b c : nat) : (q <= b)%N ->
  (pid_mx q : 'M[F]_(a, b)) *m (pid_mx q : 'M_(b, c)) = pid_mx q.
Proof. by move=> qb; rewrite mul_pid_mx minnn (minn_idPr qb). Qed.

Section RectangularIdentities.
Variables (F : fieldType) (M : nat -> nat) (L' q : nat).
Notation L := L'.+1.
Hypothesis qm : forall l, (l <= L)%N -> (q <= M l)%N.

Notation W := (rectangular_identity F M).
Notation chain := (chain W).
Notation inj := (fun l => pid_mx q : 'M[F]_(M l, q)).
Notation proj := (fun l => pid_mx q : 'M[F]_(q, M l)).

Lemma chain_pid b j k : (j <= k)%N -> (k <= L)%N ->
  chain j k *m (pid_mx q : 'M_(M j, b)) = pid_mx q.
Proof.
elim: k => [|k IH] jk kL.
  by move: jk; rewrite leqn0 => /eqP jE; subst j; rewrite chain_id mul1mx.
move: jk; rewrite leq_eqVlt => /orP[/eqP jE|]; first by subst j; rewrite chain_id mul1mx.
rewrite ltnS => jk; rewrite chain_S // -mulmxA IH ?(ltnW kL) // mul_pid_mx.
by rewrite (minn_idPr (qm kL)) (minn_idPr (qm (ltnW kL))).
Qed.

Lemma pid_chain b j k : (j <= k)%N -> (k <= L)%N ->
  (pid_mx q : 'M_(b, M k)) *m chain j k = pid_mx q.
Proof.
elim: k => [|k IH] jk kL.
  by move: jk; rewrite leqn0 => /eqP jE; subst j; rewrite chain_id mulmx1.
move: jk; rewrite leq_eqVlt => /orP[/eqP jE|]; first by subst j; rewrite chain_id mulmx1.
rewrite ltnS => jk; rewrite chain_S // mulmxA.
rewrite [X in X *m _ = _](_ : _ = pid_mx q) ?IH ?(ltnW kL) // mul_pid_mx.
by rewrite (minn_idPl (qm kL)) (minn_idPr (qm kL)).
Qed.

(* Rectangular identities carry the first q units. *)
Lemma identity_carried : carried L' W inj proj.
Proof.
split=> [l lL|j k|j k]; [|exact: chain_pid|exact: pid_chain].
by rewrite pid_pid ?qm // pid_mx_1.
Qed.

Variable g : F.
Hypothesis g0 : g != 0.
Hypothesis gL : (L%:R ^+ 2 - g ^+ 2 * L'%:R ^+ 2 : F) != 0.
Notation Y := (labels_for M L q g).

Lemma residual_identity : (residual 1%:M Y W)^T = g *: pid_mx q.
Proof. by rewrite /residual /labels_for mulmx1 subKr linearZ /= tr_pid_mx. Qed.

Lemma aside_identity : aside inj proj (g *: pid_mx q : 'M_(M 0%N, M L)) g%:M = 0.
Proof. by rewrite /aside mul_mx_scalar -scalemxAl pid_pid // subrr. Qed.

Lemma identity_returned : returned W inj proj (1%:M *m (residual 1%:M Y W)^T) g%:M.
Proof.
rewrite mul1mx residual_identity; split=> [|||k kL]; rewrite ?aside_identity ?mulmx0 ?mul0mx //.
- by rewrite unitmxE det_scalar unitfE expf_neq0.
- by rewrite mul_mx_scalar -scalemxAl pid_pid // qm.
by rewrite mul_scalar_mx -scalemxAr pid_pid // qm.
Qed.

(* The cores are equal, and only zero solves the equation that is left. *)
Lemma identity_cores (a : nat -> 'M[F]_q) :
    (forall k, (k.+1 < L)%N -> g%:M *m a k.+1 = a k *m g%:M) ->
    1%:M *m (\sum_(0 <= l < L) a l)^T + g%:M *m (\sum_(1 <= l < L) a l) = 0 ->
  a 0%N = 0.
Proof.
move=> step; have aE k : (k < L)%N -> a k = a 0%N.
  elim: k => // k IH kL; rewrite -IH ?(ltnW kL) //; apply: (scalerI g0).
  by rewrite -mul_scalar_mx step // mul_mx_scalar.
have sumE j : \sum_(j <= l < L) a l = a 0%N *+ (L - j).
  by rewrite -sumr_const_nat; apply: eq_big_nat => l /andP[_ /aE].
rewrite !sumE subn0 subn1 mul1mx mul_scalar_mx raddfMn /=; set b := a 0%N => e1.
have e2 : b *+ L + g *: (b^T *+ L') = 0.
  by rewrite -[RHS]trmx0 -e1 linearD linearZ /= !raddfMn /= trmxK.
have : (L%:R ^+ 2 - g ^+ 2 * L'%:R ^+ 2) *: b = 0.
  have /(congr1 (fun A => L%:R *: A)) := e2.
  have /(congr1 (fun A => (g * L'%:R) *: A)) := e1.
  rewrite !scaler0 !scalerDr -!scaler_nat !scalerA => e3 e4.
  have c1 : g * L'%:R * L%:R = L%:R * g * L'%:R by rewrite mulrC mulrA.
  have c2 : g * L'%:R * g * L'%:R = g ^+ 2 * L'%:R ^+ 2.
    by rewrite -mulrA mulrACA !expr2.
  by rewrite scalerBl -[RHS]subr0 -{1}e4 -e3 c1 c2 expr2 opprD addrA addrK.
by move/eqP; rewrite scaler_eq0 (negbTE gL) => /eqP.
Qed.

Lemma rank_identity_ge :
  (\sum_(l < L) M l.+1 * M l
   <= \rank (loss_hessian W 1%:M Y) + \sum_(l < L) (M l.+1 - q) * (M l - q))%N.
Proof.
apply: (rank_loss_rest (R := 1%:M) identity_carried identity_returned).
- by rewrite tr_pid_mx.
- by rewrite trmx1 !mulmx1 mul1mx tr_pid_mx.
- exact: trmx1.
- exact: identity_cores.
move=> x y; rewrite [1%:M *m (residual _ _ _)^T]mul1mx residual_identity aside_identity.
rewrite trmx1 !mul0mx mulmx0 !addr0 !mul1mx.
by split; apply: trmx_inj; rewrite trmx0.
Qed.
End RectangularIdentities.

(* Fact 7 with the parameter g. *)
Theorem rank_loss_hessian_witness (F : fieldType) (M : nat -> nat) (L s : nat) (g : F) :
    (0 < L)%N -> (s <= L)%N -> (forall l, (l <= L)%N -> (M s <= M l)%N) ->
    g != 0 -> L%:R ^+ 2 != g ^+ 2 * L.-1%:R ^+ 2 :> F ->
  (\rank (loss_hessian (rectangular_identity F M) 1%:M (labels_for M L (M s) g)) + L * (M s * M s)
   = 2 * M s * (\sum_(1 <= l < L) M l) + M s * (M 0 + M L))%N.
Proof.
case: L => // L _ sL qm g0 gL; apply/eqP; rewrite eqn_leq rank_loss_hessian_bound //=.
rewrite -(leq_add2l (\sum_(l < L.+1) (M l.+1 - M s) * (M l - M s))) telescoping_nat //.
by rewrite addnA leq_add2r addnC rank_identity_ge // subr_eq0.
Qed.

(* g = 1 are the labels zero. *)
Lemma labels_for1 (F : fieldType) (M : nat -> nat) (L s : nat) :
    (0 < L)%N -> (s <= L)%N -> (forall l, (l <= L)%N -> (M s <= M l)%N) ->
  labels_for M L (M s) (1 : F) = 0.
Proof.
case: L => // L _ sL qm; rewrite /labels_for scale1r (chain_comp _ (leq0n s) sL).
rewrite -[chain _ 0 s]mul1mx -pid_mx_1 (@pid_chain F M L (M s) qm) //.
by rewrite (@chain_pid F M L (M s) qm) // subrr.
Qed.

(* X = 1, labels zero, rectangular identities: the value of Fact 7 where 2L - 1 is not zero. *)
Theorem rank_loss_hessian_id (F : fieldType) (M : nat -> nat) (L s : nat) :
    (0 < L)%N -> (s <= L)%N -> (forall l, (l <= L)%N -> (M s <= M l)%N) ->
    (2 * L).-1%:R != 0 :> F ->
  (\rank (loss_hessian (rectangular_identity F M) 1%:M (0%R : 'M_(M L, M 0))) + L * (M s * M s)
   = 2 * M s * (\sum_(1 <= l < L) M l) + M s * (M 0 + M L))%N.
Proof.
move=> L0 sL qm c; rewrite -(labels_for1 F L0 sL qm).
apply: rank_loss_hessian_witness; rewrite ?oner_neq0 //.
case: L L0 c {sL qm} => // L _ c; rewrite expr1n mul1r -subr_eq0 subr_sqr /=.
by rewrite -natrB // subSnn mul1r -natrD addSn addnn -mul2n -[(2 * L).+1]/((2 + 2 * L).-1) -mulnS.
Qed.

(* Fields in which 2L - 1 is not zero, or with an element outside {0, 1, -1}. *)
Theorem rank_loss_hessian_attained (F : fieldType) (M : nat -> nat) (L s : nat) :
    (0 < L)%N -> (s <= L)%N -> (forall l, (l <= L)%N -> (M s <= M l)%N) ->
    (2 * L).-1%:R != 0 :> F \/ (exists g : F, (g != 0) && (g ^+ 2 != 1)) ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (N : nat)
         (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)),
    (\rank (loss_hessian W X Y) + L * (M s * M s)
     = 2 * M s * (\sum_(1 <= l < L) M l) + M s * (M 0 + M L))%N.
Proof.
move=> L0 sL qm H; exists (rectangular_identity F M), (M 0%N), 1%:M.
have [c0|c] := eqVneq ((2 * L).-1%:R : F) 0; last first.
  by exists 0; apply: rank_loss_hessian_id.
case: H => [|[g /andP[g0 g1]]]; first by rewrite c0 eqxx.
exists (labels_for M L (M s) g); apply: rank_loss_hessian_witness => //.
(* 2L - 1 = 0: L = -(L - 1), and L - 1 is not zero. *)
case: L L0 c0 {sL qm} => // L _.
rewrite mulnS -[(2 + 2 * L).-1]/((2 * L).+1) mul2n -addnn -addSn natrD.
move=> /eqP; rewrite addr_eq0 => /eqP e; rewrite e sqrrN /=.
have l0 : (L%:R : F) != 0.
  apply/eqP => z; have : (L.+1%:R : F) = 1 by rewrite -addn1 natrD z add0r.
  by rewrite e z oppr0 => /eqP; rewrite eq_sym oner_eq0.
rewrite -subr_eq0 -{1}[L%:R ^+ 2]mul1r -mulrBl mulf_neq0 ?expf_neq0 //.
by rewrite subr_eq0 eq_sym.
Qed.
