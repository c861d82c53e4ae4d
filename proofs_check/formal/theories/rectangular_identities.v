From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker telescoping chain loss hessian layer_kernel upper_bound kernel_equations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Kernel equations (data X = 1, G = transposed residual).                    *)
Section KernelEq.
Variables (R : comRingType) (M : nat -> nat) (W U : forall i, 'M[R]_(M i.+1, M i)).
Variables (L : nat) (Y : 'M[R]_(M L, M 0%N)).
Notation chain := (chain W).
Notation d_chain := (d_chain W U).
Let G := (residual 1%:M Y W)^T.
Hypothesis ker : forall V, hessian_form W 1%:M Y U V = 0.

Definition Eq k :=
  chain 0 k *m (d_chain 0 L)^T *m chain k.+1 L + chain 0 k *m G *m d_chain k.+1 L + d_chain 0 k *m G *m chain k.+1 L.

Lemma kernel_eq k : (k < L)%N -> Eq k = 0.
Proof.
move=> kL; apply: trace0 => A; rewrite -[RHS](ker (single_layer A)) /hessian_form !mulmx1 mul1mx.
rewrite d_chain_single_layer1 // d2_chain_single_layer1 // -/G /Eq !mulmxDl !mulmxDr !mxtraceD addrA.
by congr (_ + _ + _); rewrite !mulmxA [RHS]mxtrace_mulC !mulmxA.
Qed.

(* Consecutive equations: C_(k+1) U_(k+1) = U_k C_k, C_k = chain 0 k G chain (k+1) L. *)
Lemma kernel_step k : (k.+1 < L)%N ->
  chain 0 k.+1 *m G *m chain k.+2 L *m U k.+1 = U k *m (chain 0 k *m G *m chain k.+1 L).
Proof.
move=> kL; have e1 : W k *m Eq k = Eq k.+1 *m W k.+1.
  by rewrite !kernel_eq ?mulmx0 ?mul0mx // ltnW.
have dE : d_chain k.+1 L = d_chain k.+2 L *m W k.+1 + chain k.+2 L *m U k.+1.
  by rewrite (d_chain_comp W U (leqnSn k.+1) kL) chain_1 d_chain_S // d_chain_id chain_id mulmx1 mulmx0 addr0.
have PE : chain k.+1 L = chain k.+2 L *m W k.+1.
  by rewrite (chain_comp W (leqnSn k.+1) kL) chain_1.
move: e1; rewrite /Eq dE PE (d_chain_S W U (leq0n k)) (chain_S W (leq0n k)).
rewrite !(mulmxDl, mulmxDr) !mulmxA.
by rewrite -!addrA => /addrI /addrI; rewrite addrC [RHS]addrC => /addrI.
Qed.
End KernelEq.

(* The witness: rectangular identities, X = 1, residual gam *: pid_mx q.      *)
Definition Wid (F : fieldType) (M : nat -> nat) (i : nat) : 'M[F]_(M i.+1, M i) :=
  pid_mx (M i.+1).
Definition Yid (F : fieldType) (M : nat -> nat) (L q : nat) (gam : F)
    : 'M[F]_(M L, M 0%N) :=
  chain (Wid F M) 0 L - gam *: pid_mx q.

Section Witness.
Variables (F : fieldType) (M : nat -> nat) (L' q : nat) (gam : F).
Notation L := L'.+1.
Hypothesis qm : forall l, (l <= L)%N -> (q <= M l)%N.
Hypothesis gam0 : gam != 0.
Hypothesis gamL : (L%:R ^+ 2 - gam ^+ 2 * L'%:R ^+ 2 : F) != 0.

Notation Wid := (Wid F M).
Notation Yid := (Yid M L q gam).
Notation chain := (chain Wid).

Lemma pid_pid a b c : (q <= b)%N ->
  (pid_mx q : 'M[F]_(a, b)) *m (pid_mx q : 'M_(b, c)) = pid_mx q.
Proof. by move=> qb; rewrite mul_pid_mx minnn (minn_idPr qb). Qed.

Lemma chain_pid b j k : (j <= k)%N -> (k <= L)%N ->
  chain j k *m (pid_mx q : 'M_(M j, b)) = pid_mx q.
Proof.
elim: k => [|k IH] jk kL.
  by move: jk; rewrite leqn0 => /eqP jE; subst j; rewrite chain_id mul1mx.
move: jk; rewrite leq_eqVlt => /orP[/eqP jE|]; first by subst j; rewrite chain_id mul1mx.
rewrite ltnS => jk; rewrite chain_S // -mulmxA IH ?(ltnW kL) // /Wid mul_pid_mx.
by rewrite (minn_idPr (qm kL)) (minn_idPr (qm (ltnW kL))).
Qed.

Lemma pid_chain b j k : (j <= k)%N -> (k <= L)%N ->
  (pid_mx q : 'M_(b, M k)) *m chain j k = pid_mx q.
Proof.
elim: k => [|k IH] jk kL.
  by move: jk; rewrite leqn0 => /eqP jE; subst j; rewrite chain_id mulmx1.
move: jk; rewrite leq_eqVlt => /orP[/eqP jE|]; first by subst j; rewrite chain_id mulmx1.
rewrite ltnS => jk; rewrite chain_S // mulmxA.
rewrite [X in X *m _ = _](_ : _ = pid_mx q) ?IH ?(ltnW kL) // /Wid mul_pid_mx.
by rewrite (minn_idPl (qm kL)) (minn_idPr (qm kL)).
Qed.

Lemma copid_chain j k : (j <= k)%N -> (k <= L)%N ->
  copid_mx q *m chain j k = chain j k *m copid_mx q.
Proof.
by move=> jk kL; rewrite /copid_mx mulmxBl mulmxBr pid_chain // chain_pid // mul1mx mulmx1.
Qed.

Lemma tr_copid n : (copid_mx q : 'M[F]_n)^T = copid_mx q.
Proof. by rewrite /copid_mx linearB /= trmx1 tr_pid_mx. Qed.

Lemma residual_id : (residual 1%:M Yid Wid)^T = gam *: pid_mx q.
Proof. by rewrite /residual /Yid mulmx1 subKr linearZ /= tr_pid_mx. Qed.

Section Elim.
Variable U : forall i, 'M[F]_(M i.+1, M i).
Notation d_chain := (d_chain Wid U).
Hypothesis ker : forall V, hessian_form Wid 1%:M Yid U V = 0.

Lemma step k : (k.+1 < L)%N ->
  (pid_mx q : 'M_(M k.+1, M k.+2)) *m U k.+1 = U k *m pid_mx q.
Proof.
move=> kL; have := kernel_step ker kL; rewrite residual_id.
have kL1 := ltnW kL; have kL2 := ltnW kL1.
rewrite -!scalemxAr -!scalemxAl -scalemxAr !chain_pid // !pid_chain //.
exact/scalerI.
Qed.

Definition blk l : 'M[F]_q := pid_mx q *m U l *m pid_mx q.

Lemma blkE l : (l < L)%N -> blk l = blk 0.
Proof.
elim: l => // l IH lL; rewrite -IH ?(ltnW lL) // /blk.
rewrite -(@pid_pid q (M l.+1) (M l.+2)) ?qm ?(ltnW lL) //.
rewrite -[pid_mx q *m pid_mx q *m _]mulmxA step // -!mulmxA.
by rewrite pid_pid // qm // ltnW.
Qed.

Lemma UR k : (k.+1 < L)%N -> (pid_mx q : 'M_(q, _)) *m U k.+1 *m copid_mx q = 0.
Proof.
move=> kL; rewrite -(@pid_pid q (M k.+1) (M k.+2)) ?qm ?(ltnW kL) //.
rewrite -[pid_mx q *m pid_mx q *m _]mulmxA step // -!mulmxA.
by rewrite mul_pid_mx_copid ?mulmx0 // qm // ltnW.
Qed.

Lemma UL k : (k.+1 < L)%N -> copid_mx q *m U k *m (pid_mx q : 'M_(_, q)) = 0.
Proof.
move=> kL; rewrite -(@pid_pid (M k) (M k.+1) q) ?qm ?(ltnW kL) //.
rewrite -[_ *m (_ *m _)]mulmxA [U k *m _]mulmxA -step // !mulmxA.
by rewrite mul_copid_mx_pid ?mul0mx // qm // ltnW.
Qed.

Lemma Eq0 : (d_chain 0 L)^T *m chain 1 L + gam *: (pid_mx q *m d_chain 1 L) = 0.
Proof.
have := kernel_eq ker (ltn0Sn L'); rewrite /Eq residual_id chain_id d_chain_id !mul1mx !mul0mx addr0.
by rewrite -scalemxAl.
Qed.

Lemma EqL : chain 0 L' *m (d_chain 0 L)^T + gam *: (d_chain 0 L' *m pid_mx q) = 0.
Proof.
have := kernel_eq ker (ltnSn L'); rewrite /Eq residual_id chain_id d_chain_id !mulmx1 mulmx0 addr0.
by rewrite -scalemxAr.
Qed.

Lemma UR_term l : (0 < l)%N -> (l < L)%N ->
  (pid_mx q : 'M_(q, _)) *m (chain l.+1 L *m U l *m chain 0 l) *m copid_mx q = 0.
Proof.
move=> l0 lL; rewrite !mulmxA pid_chain // -[_ *m chain 0 l *m _]mulmxA.
rewrite -copid_chain ?(ltnW lL) // mulmxA.
by case: l l0 lL => // l _ lL; rewrite UR ?mul0mx.
Qed.

Lemma UL_term l : (l < L')%N ->
  copid_mx q *m (chain l.+1 L *m U l *m chain 0 l) *m (pid_mx q : 'M_(_, q)) = 0.
Proof.
move=> lL; have lL1 : (l < L)%N by rewrite ltnW.
rewrite -mulmxA -[_ *m chain 0 l *m _]mulmxA chain_pid ?(ltnW lL1) //.
rewrite -[chain _ _ *m U l *m _]mulmxA mulmxA copid_chain //.
by rewrite -mulmxA [copid_mx q *m (_ *m _)]mulmxA UL ?mulmx0.
Qed.

Lemma UR_D : (pid_mx q : 'M_(q, _)) *m d_chain 0 L *m copid_mx q
             = (pid_mx q : 'M_(q, _)) *m U 0%N *m copid_mx q.
Proof.
rewrite d_chain_sum // big_mkord (bigD1 ord0) //= chain_id mulmx1 mulmxDr mulmxDl.
rewrite mulmxA pid_chain // mulmx_sumr mulmx_suml big1 ?addr0 // => l l0.
by apply: UR_term; rewrite ?ltn_ord ?lt0n.
Qed.

Lemma UL_D : copid_mx q *m d_chain 0 L *m (pid_mx q : 'M_(_, q))
             = copid_mx q *m U L' *m (pid_mx q : 'M_(_, q)).
Proof.
rewrite d_chain_sum // big_mkord (bigD1 ord_max) //= chain_id mul1mx mulmxDr mulmxDl.
rewrite -[_ *m (U L' *m _) *m _]mulmxA -[U L' *m _ *m _]mulmxA chain_pid // mulmxA.
rewrite mulmx_sumr mulmx_suml big1 ?addr0 // => l l0.
by apply: UL_term; rewrite ltn_neqAle -ltnS ltn_ord andbT.
Qed.

Lemma UR0 : (pid_mx q : 'M_(q, _)) *m U 0%N *m copid_mx q = 0.
Proof.
rewrite -UR_D; apply: trmx_inj; rewrite trmx0 !trmx_mul tr_copid tr_pid_mx mulmxA.
have /(congr1 (fun A => copid_mx q *m A *m (pid_mx q : 'M_(_, q)))) := Eq0.
rewrite mulmxDr mulmxDl -scalemxAr -scalemxAl.
rewrite [copid_mx q *m (pid_mx q *m _)]mulmxA mul_copid_mx_pid ?qm //.
by rewrite !mul0mx scaler0 addr0 mulmx0 mul0mx -!mulmxA chain_pid.
Qed.

Lemma UL_L : copid_mx q *m U L' *m (pid_mx q : 'M_(_, q)) = 0.
Proof.
rewrite -UL_D; apply: trmx_inj; rewrite trmx0 !trmx_mul tr_copid tr_pid_mx mulmxA.
have /(congr1 (fun A => (pid_mx q : 'M_(q, _)) *m A *m copid_mx q)) := EqL.
rewrite mulmxDr mulmxDl -scalemxAr -scalemxAl.
rewrite -[_ *m (_ *m pid_mx q) *m _]mulmxA -[d_chain 0 L' *m _ *m _]mulmxA.
rewrite mul_pid_mx_copid ?qm //.
by rewrite !mulmx0 scaler0 addr0 mul0mx !mulmxA pid_chain.
Qed.

Lemma URa k : (k < L)%N -> (pid_mx q : 'M_(q, _)) *m U k *m copid_mx q = 0.
Proof. by case: k => [|k] kL; [apply: UR0 | apply: UR]. Qed.

Lemma ULa k : (k < L)%N -> copid_mx q *m U k *m (pid_mx q : 'M_(_, q)) = 0.
Proof.
rewrite ltnS leq_eqVlt => /orP[/eqP -> |kL]; first exact: UL_L.
exact: UL.
Qed.

Lemma blk_D j : (j <= L)%N ->
  (pid_mx q : 'M_(q, _)) *m d_chain j L *m (pid_mx q : 'M_(_, q)) = blk 0 *+ (L - j).
Proof.
move=> jL; rewrite d_chain_sum // mulmx_sumr mulmx_suml.
rewrite -sumr_const_nat; apply: eq_big_nat => l /andP[jl lL].
rewrite !mulmxA pid_chain // -[_ *m chain _ _ *m _]mulmxA chain_pid //; last exact: ltnW.
by rewrite -/(blk l) blkE.
Qed.

Lemma blk0 : blk 0 = 0.
Proof.
set a := blk 0.
have e1 : a^T *+ L + gam *: (a *+ L') = 0.
  have /(congr1 (fun A => (pid_mx q : 'M_(q, _)) *m A *m (pid_mx q : 'M_(_, q)))) := Eq0.
  rewrite mulmx0 mul0mx mulmxDr mulmxDl -scalemxAr -scalemxAl -!mulmxA chain_pid //.
  rewrite [pid_mx q *m (pid_mx q *m _)]mulmxA pid_pid ?qm //.
  rewrite [pid_mx q *m (d_chain 1 L *m _)]mulmxA blk_D //.
  move=> <-; rewrite subn1 -/a; congr (_ + _).
  have := congr1 trmx (blk_D (leq0n L)); rewrite subn0 raddfMn /= => <-.
  by rewrite !trmx_mul !tr_pid_mx mulmxA.
have e2 : a *+ L + gam *: (a^T *+ L') = 0.
  by rewrite -[RHS]trmx0 -e1 linearD linearZ /= !raddfMn /= trmxK.
have : (L%:R ^+ 2 - gam ^+ 2 * L'%:R ^+ 2) *: a = 0.
  have /(congr1 (fun A => L%:R *: A)) := e2.
  have /(congr1 (fun A => (gam * L'%:R) *: A)) := e1.
  rewrite !scaler0 !scalerDr -!scaler_nat !scalerA => e3 e4.
  have c1 : gam * L'%:R * L%:R = L%:R * gam * L'%:R by rewrite mulrC mulrA.
  have c2 : gam * L'%:R * gam * L'%:R = gam ^+ 2 * L'%:R ^+ 2.
    by rewrite -mulrA mulrACA !expr2.
  by rewrite scalerBl -[RHS]subr0 -{1}e4 -e3 c1 c2 expr2 opprD addrA addrK.
by move/eqP; rewrite scaler_eq0 (negbTE gamL) => /eqP.
Qed.

(* Only the entries with both indices >= q survive in the kernel.             *)
Lemma kernel_copid l : (l < L)%N -> U l = copid_mx q *m U l *m copid_mx q.
Proof.
move=> lL.
have pqE n : (q <= n)%N ->
    (pid_mx q : 'M[F]_n) = (pid_mx q : 'M_(n, q)) *m (pid_mx q : 'M_(q, n)).
  by move=> qn; rewrite pid_pid.
have r0 : (pid_mx q : 'M_(q, _)) *m U l = 0.
  rewrite -[U l]mulmx1 -(addrNK (pid_mx q) 1%:M) -/(copid_mx q) mulmxDr mulmxDr.
  rewrite mulmxA URa // add0r pqE ?qm ?(ltnW lL) // !mulmxA -/(blk l).
  by rewrite blkE // blk0 mul0mx.
have c0 : U l *m (pid_mx q : 'M_(_, q)) = 0.
  rewrite -[U l]mul1mx -(addrNK (pid_mx q) 1%:M) -/(copid_mx q) mulmxDl mulmxDl.
  by rewrite ULa // add0r pqE ?qm // -[_ *m _ *m U l]mulmxA r0 mulmx0 mul0mx.
have Uc : U l *m copid_mx q = U l.
  by rewrite /copid_mx mulmxBr mulmx1 pqE ?qm ?(ltnW lL) // mulmxA c0 mul0mx subr0.
have cU : copid_mx q *m U l = U l.
  by rewrite /copid_mx mulmxBl mul1mx pqE ?qm // -mulmxA r0 mulmx0 subr0.
by rewrite cU Uc.
Qed.
End Elim.

Definition Sblk l : 'M[F]_(M l.+1 * M l) :=
  (copid_mx q : 'M_(M l.+1)) *t (copid_mx q : 'M_(M l)).
Definition Smx : 'M[F]_(\sum_(l < L) layer_size M l) :=
  \mxdiag_(l < L) (Sblk l : 'M_(layer_size M l)).

Lemma rank_Smx : \rank Smx = (\sum_(l < L) (M l.+1 - q) * (M l - q))%N.
Proof.
rewrite /Smx rank_mxdiag; apply: eq_bigr => l _.
by rewrite /Sblk mxrank_tens !rank_copid_mx ?qm // ltnW.
Qed.

Notation H := (loss_hessian Wid 1%:M Yid).

Lemma kermx_loss_hessian_S (u : 'rV_(\sum_(l < L) layer_size M l)) : u *m H = 0 -> u *m Smx = u.
Proof.
move=> uH; have ker V : hessian_form Wid 1%:M Yid (direction u) V = 0.
  have [v vV] := direction_surj L V.
  by rewrite -(hessian_form_ext _ _ _ (fun l _ => erefl) vV) -loss_hessian_form uH mul0mx mxE.
rewrite -[u]submxrowK /Smx mul_mxrow_mxdiag; apply: eq_mxrow => l.
apply: unvec_inj; rewrite unvec_mul tr_copid -directionE.
by rewrite -kernel_copid.
Qed.

Lemma rank_loss_hessian_ge :
  (\sum_(l < L) M l.+1 * M l <= \rank H + \sum_(l < L) (M l.+1 - q) * (M l - q))%N.
Proof.
rewrite -leq_subLR -mxrank_ker -rank_Smx.
have <- : kermx H *m Smx = kermx H.
  apply/row_matrixP => i; rewrite row_mul kermx_loss_hessian_S //.
  by rewrite -row_mul mulmx_ker row0.
exact: mxrankM_maxr.
Qed.
End Witness.

(* Equality for a general field, with the parameter gam.                      *)
Theorem rank_loss_hessian_witness (F : fieldType) (M : nat -> nat) (L s : nat) (gam : F) :
    (0 < L)%N -> (s <= L)%N -> (forall l, (l <= L)%N -> (M s <= M l)%N) ->
    gam != 0 -> L%:R ^+ 2 != gam ^+ 2 * L.-1%:R ^+ 2 :> F ->
  (\rank (loss_hessian (Wid F M) 1%:M (Yid M L (M s) gam)) + L * (M s * M s)
   = 2 * M s * (\sum_(1 <= l < L) M l) + M s * (M 0 + M L))%N.
Proof.
case: L => // L _ sL qm gam0 gamL; apply/eqP; rewrite eqn_leq rank_loss_hessian_bound //=.
rewrite -(leq_add2l (\sum_(l < L.+1) (M l.+1 - M s) * (M l - M s))) telescoping_nat //.
rewrite addnA leq_add2r addnC rank_loss_hessian_ge //.
by rewrite subr_eq0.
Qed.

Lemma Yid0 (F : fieldType) (M : nat -> nat) (L s : nat) :
    (0 < L)%N -> (s <= L)%N -> (forall l, (l <= L)%N -> (M s <= M l)%N) ->
  Yid M L (M s) (1 : F) = 0.
Proof.
case: L => // L _ sL qm; rewrite /Yid scale1r (chain_comp _ (leq0n s) sL).
rewrite -[chain _ 0 s]mul1mx -pid_mx_1 (@pid_chain F M L (M s) qm) //.
by rewrite (@chain_pid F M L (M s) qm) // subrr.
Qed.

(* Explicit witness: identity weights, X = 1, Y = 0.                          *)
Theorem rank_loss_hessian_id (F : fieldType) (M : nat -> nat) (L s : nat) :
    (0 < L)%N -> (s <= L)%N -> (forall l, (l <= L)%N -> (M s <= M l)%N) ->
    (2 * L).-1%:R != 0 :> F ->
  (\rank (loss_hessian (Wid F M) 1%:M (0%R : 'M_(M L, M 0))) + L * (M s * M s)
   = 2 * M s * (\sum_(1 <= l < L) M l) + M s * (M 0 + M L))%N.
Proof.
move=> L0 sL qm c; rewrite -(Yid0 F L0 sL qm); apply: rank_loss_hessian_witness; rewrite ?oner_neq0 //.
case: L L0 c {sL qm} => // L _ c; rewrite expr1n mul1r -subr_eq0 subr_sqr /=.
by rewrite -natrB // subSnn mul1r -natrD addSn addnn -mul2n -[(2 * L).+1]/((2 + 2 * L).-1) -mulnS.
Qed.

(* Fields with an element outside {0, 1, -1}, or with 2L-1 invertible.        *)
Theorem rank_loss_hessian_attained_gen (F : fieldType) (M : nat -> nat) (L s : nat) :
    (0 < L)%N -> (s <= L)%N -> (forall l, (l <= L)%N -> (M s <= M l)%N) ->
    (2 * L).-1%:R != 0 :> F \/ (exists g : F, (g != 0) && (g ^+ 2 != 1)) ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (N : nat)
         (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)),
    (\rank (loss_hessian W X Y) + L * (M s * M s)
     = 2 * M s * (\sum_(1 <= l < L) M l) + M s * (M 0 + M L))%N.
Proof.
move=> L0 sL qm H; exists (Wid F M), (M 0%N), 1%:M.
have [c0|c] := eqVneq ((2 * L).-1%:R : F) 0; last first.
  by exists 0; apply: rank_loss_hessian_id.
case: H => [|[g /andP[g0 g1]]]; first by rewrite c0 eqxx.
exists (Yid M L (M s) g); apply: rank_loss_hessian_witness => //.
case: L L0 c0 {sL qm} => // L _.
rewrite mulnS -[(2 + 2 * L).-1]/((2 * L).+1) mul2n -addnn -addSn natrD.
move=> /eqP; rewrite addr_eq0 => /eqP e; rewrite e sqrrN /=.
have l0 : (L%:R : F) != 0.
  apply/eqP => z; have : (L.+1%:R : F) = 1 by rewrite -addn1 natrD z add0r.
  by rewrite e z oppr0 => /eqP; rewrite eq_sym oner_eq0.
rewrite -subr_eq0 -{1}[L%:R ^+ 2]mul1r -mulrBl mulf_neq0 ?expf_neq0 //.
by rewrite subr_eq0 eq_sym.
Qed.

Theorem rank_loss_hessian_attained (F : numFieldType) (M : nat -> nat) (L s : nat) :
    (0 < L)%N -> (s <= L)%N -> (forall l, (l <= L)%N -> (M s <= M l)%N) ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (N : nat)
         (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)),
    (\rank (loss_hessian W X Y) + L * (M s * M s)
     = 2 * M s * (\sum_(1 <= l < L) M l) + M s * (M 0 + M L))%N.
Proof.
move=> L0 sL qm; exists (Wid F M), (M 0%N), 1%:M, 0; apply: rank_loss_hessian_id => //.
by rewrite Num.Theory.pnatr_eq0; case: L L0 {sL qm} => // L _; rewrite mulnS.
Qed.
