From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker telescoping chain loss hessian upper_bound.
From Hessproof Require Import kernel_equations kernel_count elimination narrow loss_elimination.
From Hessproof Require Import rectangular_identities every_data_set int_ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The rank of H_L from below for a residual of any rank s, which may be smaller than q: the      *)
(* kernel of the Hessian is confined layer by layer, and where s < q the outer part sees some of  *)
(* what the functional part does not. For paper/any_residual.v.                                   *)

(* Sizes of what is gained. *)
Lemma count_gain q t x y : (t <= q)%N -> (q <= y)%N -> (t <= x)%N ->
  (q * (x + y) + t * t = t * (x + y) + ((q - t) * (x - t) + (y - q) * (q - t)) + q * q)%N.
Proof.
move=> tq /subnK <- /subnK <-; move: tq => /subnK <-; rewrite !addnK.
move: (q - t)%N (y - _)%N (x - t)%N => d f e; apply/eqP; rewrite -eqz_nat !(PoszD, PoszM).
by apply/eqP; int_ring.
Qed.

Lemma add_up a b c g rk p l n : (a + (b + c) = p + l -> p + g <= rk + a ->
  b + (c + g + n) <= rk + l + n)%N.
Proof.
move=> T ge; rewrite !addnA leq_add2r -(leq_add2l a) !addnA -[(a + b + c)%N]addnA T.
by rewrite [(p + l + g)%N]addnAC [(a + rk)%N]addnC leq_add2r.
Qed.

(* X = 1, all weights are the identity on the first q coordinates, and G is g on the first        *)
(* t = min(q, s) coordinates, h on the next s - t, and zero beyond. Elimination with t units      *)
(* leaves U l = rest U l rest. If s < q the outer part still sees the directions                  *)
(*   U_0 into the coordinates t, ..., q - 1,   U_(L-1) from these into the coordinates beyond q.  *)
Section Residual.
Variables (F : fieldType) (M : nat -> nat) (L' q s : nat) (g h : F).
Notation L := L'.+1.
Notation t := (minn q s).
Hypothesis deep : (0 < L')%N.
Hypothesis qm : forall l, (l <= L)%N -> (q <= M l)%N.
Hypotheses (s0 : (s <= M 0)%N) (sL : (s <= M L)%N).
Hypothesis g0 : g != 0.
Hypothesis gL : (L%:R ^+ 2 - g ^+ 2 * L'%:R ^+ 2 : F) != 0.
Hypothesis h1 : h ^+ 2 != 1.

(* The identity on the first q coordinates. *)
Definition cut_identity l : 'M[F]_(M l.+1, M l) := pid_mx q.
Notation W := cut_identity.
Notation inj := (fun l => pid_mx t : 'M[F]_(M l, t)).
Notation proj := (fun l => pid_mx t : 'M[F]_(t, M l)).
Notation rest := (rest inj proj).

(* X times the transposed residual, and the labels that leave it. *)
Definition two_values : 'M[F]_(M 0%N, M L) := g *: pid_mx t + h *: (pid_mx s - pid_mx t).
Definition two_labels : 'M[F]_(M L, M 0%N) := chain W 0 L - two_values^T.
Notation G := two_values.
Notation Y := two_labels.
Notation Z := (h *: (pid_mx s - pid_mx t) : 'M[F]_(M 0%N, M L)).

Let tq : (t <= q)%N := geq_minl q s.
Let ts : (t <= s)%N := geq_minr q s.
Let tm l : (l <= L)%N -> (t <= M l)%N. Proof. by move=> lL; apply: leq_trans tq (qm lL). Qed.

Lemma pid_min a b c m n : (m <= b)%N ->
  (pid_mx m : 'M[F]_(a, b)) *m (pid_mx n : 'M_(b, c)) = pid_mx (minn m n).
Proof. by move=> mb; rewrite mul_pid_mx minnA [minn b m]minnC (minn_idPl mb). Qed.

Let q_t : minn q t = t. Proof. exact: (minn_idPr tq). Qed.
Let t_q : minn t q = t. Proof. exact: (minn_idPl tq). Qed.
Let t_s : minn t s = t. Proof. exact: (minn_idPl ts). Qed.
Let s_t : minn s t = t. Proof. exact: (minn_idPr ts). Qed.

Lemma cut_chain j k : (j < k)%N -> (k <= L)%N -> chain W j k = pid_mx q.
Proof.
elim: k => // k IH; rewrite ltnS leq_eqVlt => /orP[/eqP -> kL|jk kL].
  by rewrite chain_1.
by rewrite chain_S ?(ltnW jk) // IH ?(ltnW kL) // pid_min ?minnn // qm // ltnW.
Qed.

Lemma cut_carried : carried L' W inj proj.
Proof.
split=> [l lL|j k jk kL|j k jk kL].
- by rewrite pid_min ?minnn ?pid_mx_1 // tm.
- move: jk; rewrite leq_eqVlt => /orP[/eqP ->|jk]; first by rewrite chain_id mul1mx.
  by rewrite cut_chain // pid_min ?q_t // qm // ltnW // (leq_trans jk).
move: jk; rewrite leq_eqVlt => /orP[/eqP ->|jk]; first by rewrite chain_id mulmx1.
by rewrite cut_chain // pid_min ?t_q // tm.
Qed.

Lemma residual_cut : 1%:M *m (residual 1%:M Y W)^T = G.
Proof. by rewrite mul1mx /residual /two_labels mulmx1 subKr trmxK. Qed.

Lemma aside_cut : aside inj proj G g%:M = Z.
Proof.
by rewrite /aside mul_mx_scalar -scalemxAl pid_min // minnn /two_values addrC addKr.
Qed.

Lemma cut_returned : returned W inj proj G g%:M.
Proof.
have Zq a : (Z *m pid_mx q : 'M_(M 0%N, a)) = 0.
  by rewrite -scalemxAl mulmxBl !pid_min ?tm // t_q minnC subrr scaler0.
have qZ a : (pid_mx q *m Z : 'M_(a, M L)) = 0.
  by rewrite -scalemxAr mulmxBr !pid_min ?qm // q_t subrr scaler0.
split=> [|||[|k] kL].
- by rewrite unitmxE det_scalar unitfE expf_neq0.
- rewrite mulmxDl -!scalemxAl mulmxBl !pid_min ?tm // minnn s_t subrr scaler0 addr0.
  by rewrite mul_mx_scalar.
- rewrite mulmxDr -!scalemxAr mulmxBr !pid_min ?tm // minnn t_s subrr scaler0 addr0.
  by rewrite mul_scalar_mx.
- by rewrite aside_cut chain_id mul1mx cut_chain // Zq.
by rewrite aside_cut cut_chain // ?qZ ?mul0mx // ltnW.
Qed.

(* Beside the units G is h on s - t coordinates; h^2 is not 1. *)
Lemma cut_ends (x : 'M[F]_(t, M 0%N)) (y : 'M[F]_(M L, t)) :
  x^T + Z *m y = 0 -> y^T + x *m Z = 0 -> x = 0 /\ y = 0.
Proof.
pose E : 'M[F]_(M L) := pid_mx s - pid_mx t.
have EE : E *m E = E.
  by rewrite /E mulmxBl !mulmxBr !pid_min ?tm // !minnn s_t t_s subrr subr0.
have ZZ : Z^T *m Z = h ^+ 2 *: E.
  have -> : Z^T = h *: (pid_mx s - pid_mx t) by rewrite trmx_scale raddfB /= !tr_pid_mx.
  rewrite -scalemxAl -scalemxAr scalerA -expr2; congr (_ *: _).
  by rewrite mulmxBl !mulmxBr !pid_min ?tm // !minnn s_t t_s subrr subr0.
move=> /eqP; rewrite addr_eq0 => /eqP /(congr1 trmx); rewrite trmxK linearN /= trmx_mul => xE.
rewrite xE mulNmx -mulmxA ZZ -scalemxAr => /eqP; rewrite subr_eq0 => /eqP yE.
have : (1 - h ^+ 2) *: (y^T *m E) = 0.
  have /(congr1 (mulmx^~ E)) := yE; rewrite -scalemxAl -mulmxA EE => e.
  by rewrite scalerBl scale1r {1}e subrr.
move=> /eqP; rewrite scaler_eq0 subr_eq0 eq_sym (negbTE h1) /= => /eqP yE0.
have y0 : y = 0 by apply: trmx_inj; rewrite yE yE0 scaler0 trmx0.
by rewrite y0 trmx0 mul0mx oppr0.
Qed.

Notation H := (loss_hessian W 1%:M Y).

Lemma cut_confined (u : 'rV_(\sum_(l < L) layer_size M l)) :
  u *m H = 0 -> (u <= layer_sum L (rest_block inj proj))%MS.
Proof.
apply: (loss_confined (R := 1%:M) (S := g%:M) cut_carried) => //.
- by rewrite residual_cut; apply: cut_returned.
- by rewrite tr_pid_mx.
- by rewrite trmx1 !mulmx1 mul1mx tr_pid_mx.
- exact: trmx1.
- exact: identity_cores.
move=> x y; rewrite residual_cut aside_cut trmx1 !mul1mx.
exact: cut_ends.
Qed.

(* If s < q the outer part gains the directions into and out of the coordinates s, ..., q - 1. *)
Definition between l : 'M[F]_(M l) := pid_mx q - pid_mx t.
Definition gain_block l : 'M[F]_(M l.+1 * M l) :=
  if l == 0%N then between l.+1 *t rest l
  else if l == L' then (copid_mx q : 'M_(M l.+1)) *t between l else 0.

Lemma restE l : (l <= L)%N -> rest l = copid_mx t.
Proof. by move=> lL; rewrite /rest pid_min ?minnn // tm. Qed.

Lemma between_rest l : (l <= L)%N -> between l *m rest l = between l.
Proof.
move=> lL; rewrite restE // /copid_mx mulmxBr mulmx1 mulmxBl !pid_min ?qm ?tm //.
by rewrite q_t minnn subrr subr0.
Qed.

Lemma tr_between l : (between l)^T = between l.
Proof. by rewrite /between raddfB /= !tr_pid_mx. Qed.

Lemma copid_rest l : (l <= L)%N -> (copid_mx q : 'M[F]_(M l)) *m rest l = copid_mx q.
Proof.
move=> lL; rewrite restE // {2}/copid_mx mulmxBr mulmx1 /copid_mx mulmxBl mul1mx pid_min ?qm //.
by rewrite q_t subrr subr0.
Qed.

Lemma tr_copid k n : (copid_mx k : 'M[F]_n)^T = copid_mx k.
Proof. by rewrite /copid_mx raddfB /= trmx1 tr_pid_mx. Qed.

Lemma gain_confined : (layer_sum L gain_block <= layer_sum L (rest_block inj proj))%MS.
Proof.
apply: layer_sumS => l lL; rewrite /gain_block /rest_block.
have trR k : (k <= L)%N -> (rest k)^T = rest k by move=> kL; rewrite restE // tr_copid.
rewrite trR //; case: eqP => [_|_].
  by apply: submx_tens => //; rewrite -(between_rest lL) submxMl.
case: eqP => [_|_]; last exact: sub0mx.
apply: submx_tens; first by rewrite -(copid_rest lL) submxMl.
by rewrite -(between_rest (ltnW lL)) submxMl.
Qed.

Lemma rank_between_ge l : (l <= L)%N -> (q - t <= \rank (between l))%N.
Proof.
move=> lL; have := mxrank_add (between l) (pid_mx t : 'M[F]_(M l)).
by rewrite /between subrK !rank_pid_mx ?qm ?tm // leq_subLR addnC.
Qed.

Lemma rank_gain :
  ((q - t) * (M 0 - t) + (M L - q) * (q - t) <= \rank (layer_sum L gain_block))%N.
Proof.
rewrite rank_layer_sum (bigD1 ord0) // (bigD1 ord_max) //=; last by rewrite -val_eqE -lt0n.
rewrite addnA; apply: leq_trans (leq_addr _ _); rewrite /gain_block /= eqn0Ngt deep eqxx /=.
rewrite !mxrank_tens (restE (leq0n _)) !rank_copid_mx ?qm ?tm //.
by apply: leq_add; rewrite ?leq_mul2l ?leq_mul2r rank_between_ge ?orbT // ltnW.
Qed.

(* H sees all of them. *)
Lemma gain_seen (u : 'rV_(\sum_(l < L) layer_size M l)) : (s <= q)%N ->
  (u <= layer_sum L gain_block)%MS -> u *m H = 0 -> u = 0.
Proof.
move=> sq /sub_layer_sum uV uH; set U := direction u.
have ts_eq : t = s := minn_idPr sq.
have e := kernel_equation (loss_hessian_ker uH); rewrite residual_cut in e.
have GE : G = g *: pid_mx t by rewrite /two_values ts_eq subrr scaler0 addr0.
have LL' : (L' < L)%N := leqnn _.
(* The shape of U. *)
have U_mid l : (0 < l)%N -> (l < L')%N -> U l = 0.
  move=> l0 lL; have := uV (Ordinal (leqW lL)); rewrite /gain_block /= gtn_eqF // ltn_eqF //.
  rewrite submx0 => /eqP e0; rewrite /U -[direction u l]vecK e0.
  by apply/matrixP => i j; rewrite !mxE.
have [A0 U0] : exists A, U 0%N = between 1 *m A.
  have := uV ord0; rewrite /gain_block /= => /sub_vec[A AE]; exists (A *m rest 0).
  by rewrite /U AE tr_between mulmxA.
have [A1 U1] : exists A, U L' = copid_mx q *m A *m between L'.
  have := uV ord_max; rewrite /gain_block /= gtn_eqF // eqxx => /sub_vec[A AE]; exists A.
  by rewrite /U AE tr_copid.
have qU1 a : (pid_mx q : 'M_(a, M L)) *m U L' = 0.
  by rewrite U1 !mulmxA mul_pid_mx_copid ?mul0mx // qm.
have U1q : U L' *m (pid_mx q : 'M_(M L')) = U L'.
  by rewrite U1 -mulmxA /between mulmxBl !pid_min ?qm ?tm // minnn t_q.
have qU0 : (pid_mx q : 'M_(M 1)) *m U 0%N = U 0%N.
  by rewrite U0 mulmxA /between mulmxBr !pid_min ?qm // minnn q_t.
have mid j : (\sum_(1 <= l < L') chain W l.+1 L *m U l *m chain W j l) = 0.
  by rewrite big_nat big1 // => l /andP[l0 lL]; rewrite U_mid // mulmx0 mul0mx.
have DE : d_chain W U 0 L = pid_mx q *m U 0%N + U L' *m pid_mx q.
  rewrite d_chain_sum // big_ltn // big_nat_recr //= mid add0r !chain_id mulmx1 mul1mx.
  by rewrite (@cut_chain 1) // (@cut_chain 0 L') // ltnW.
(* The first equation: U 0 = 0. *)
have U00 : U 0%N = 0.
  have Gd : G *m d_chain W U 1 L = 0.
    rewrite d_chain_sum // big_nat_recr //= mid add0r chain_id mul1mx GE -scalemxAl mulmxA.
    by rewrite U1 !mulmxA /copid_mx mulmxBr mulmx1 pid_min ?tm // t_q subrr !mul0mx scaler0.
  have := e 0%N (ltn0Sn L'); rewrite /layer_equation d_chain_id !mul0mx addr0 chain_id !mul1mx Gd.
  rewrite addr0 trmx1 mul1mx (@cut_chain 1) // => /(congr1 trmx).
  rewrite trmx0 trmx_mul trmxK tr_pid_mx DE mulmxDr !mulmxA qU1 mul0mx addr0.
  by rewrite pid_min ?qm // minnn qU0.
(* The last equation: U L' = 0. *)
have U10 : U L' = 0.
  have d0 : d_chain W U 0 L' = 0.
    rewrite d_chain_sum // big_ltn // U00 mulmx0 mul0mx add0r.
    by rewrite big_nat big1 // => l /andP[l0 lL]; rewrite U_mid // mulmx0 mul0mx.
  have := e L' LL'; rewrite /layer_equation d_chain_id d0 mulmx0 !mul0mx !addr0 chain_id mulmx1.
  rewrite (@cut_chain 0 L') // ?ltnW // mulmxA trmx1 !mulmx1 => /(congr1 trmx).
  rewrite trmx0 trmx_mul trmxK tr_pid_mx DE U00 mulmx0 add0r -mulmxA pid_min ?qm //.
  by rewrite minnn U1q.
rewrite -[u]submxrowK (@eq_mxrow _ _ _ _ _ (fun l => 0)) ?mxrow0 // => l.
have Ul : U l = 0.
  have := ltn_ord l; rewrite ltnS leq_eqVlt => /orP[/eqP -> //|lL].
  by case: (posnP l) => [-> //|l0]; apply: U_mid.
by rewrite -[LHS]unvecK -directionE -/U Ul vec0.
Qed.

(* The rank with both cases s <= q and q <= s. *)
Lemma rank_cut_ge :
  (2 * t * (\sum_(1 <= l < L) M l) + q * (M 0 + M L) + t * t
   <= \rank H + L * (t * t) + q * q)%N.
Proof.
have T := telescoping_nat (ltn0Sn L') tm; set a := (\sum_(l < L) _)%N in T.
set gain := ((q - t) * (M 0 - t) + (M L - q) * (q - t))%N.
have le : (\sum_(l < L) \rank (rest_block inj proj l) <= a)%N.
  by apply: leq_sum => l _; apply: (rank_rest_block cut_carried).
have ge : (\sum_(l < L) M l.+1 * M l + gain <= \rank H + a)%N.
  apply: (leq_trans _ (leq_add (leqnn _) le)).
  have [sq|] := boolP (s <= q)%N; last rewrite -ltnNge => qs.
    have gained := rank_confined_gain cut_confined gain_confined (fun u => gain_seen sq).
    by apply: leq_trans gained; rewrite leq_add2l rank_gain.
  have -> : gain = 0%N by rewrite /gain (minn_idPl (ltnW qs)) subnn mul0n muln0.
  by rewrite addn0; apply: rank_confined cut_confined.
rewrite -addnA (count_gain tq (qm (leqnn L)) (tm (leq0n L))) -/gain.
exact: add_up T ge.
Qed.

(* G has rank s, if h is not zero: up to g h it has the inverse with g and h exchanged. *)
Lemma rank_two_values : h != 0 -> \rank G = s.
Proof.
move=> h0; apply/eqP; rewrite eqn_leq; apply/andP; split.
  have -> : G = (pid_mx s : 'M_(M 0%N)) *m G.
    by rewrite /two_values mulmxDr -!scalemxAr mulmxBr !pid_min // minnn s_t.
  by apply: leq_trans (mxrankM_maxl _ _) _; rewrite rank_pid_mx.
have <- : \rank ((g * h) *: pid_mx s : 'M[F]_(M 0%N, M L)) = s.
  by rewrite (eqmx_scale _ (mulf_neq0 g0 h0)) rank_pid_mx.
have -> : (g * h) *: pid_mx s = G *m (h *: pid_mx t + g *: (pid_mx s - pid_mx t) : 'M_(M L)).
  rewrite /two_values mulmxDl !mulmxDr -!scalemxAl -!scalemxAr !mulmxBl !mulmxBr.
  rewrite !pid_min ?tm // !minnn s_t t_s !subrr !subr0 !scaler0 addr0 add0r !scalerA.
  by rewrite [h * g]mulrC -scalerDr addrC subrK.
exact: mxrankM_maxl.
Qed.
End Residual.
