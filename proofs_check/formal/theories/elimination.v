From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian kernel_equations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Elimination for weights W_l = ii (l+1) *m pp l and Y = 0.                  *)
Section ElimX.
Variables (F : fieldType) (M : nat -> nat) (L' q N : nat).
Notation L := L'.+1.
Variables (ii : forall l, 'M[F]_(M l, q)) (pp : forall l, 'M[F]_(q, M l)).
Variables (X : 'M[F]_(M 0%N, N)) (S : 'M[F]_q).
Hypothesis pi : forall l, (l <= L)%N -> pp l *m ii l = 1%:M.
Hypothesis iL : (ii L)^T = pp L.
Hypothesis SigU : X *m X^T \in unitmx.
Hypothesis SigE : X *m X^T *m (pp 0)^T = ii 0 *m S.
Hypothesis SU : S \in unitmx.
Hypothesis Ssym : S^T = S.

Definition Wq l : 'M[F]_(M l.+1, M l) := ii l.+1 *m pp l.
Notation chain := (chain Wq).

Lemma chain_ii j k : (j <= k)%N -> (k <= L)%N -> chain j k *m ii j = ii k.
Proof.
elim: k => [|k IH] jk kL.
  by move: jk; rewrite leqn0 => /eqP jE; subst j; rewrite chain_id mul1mx.
move: jk; rewrite leq_eqVlt => /orP[/eqP jE|]; first by subst j; rewrite chain_id mul1mx.
rewrite ltnS => jk; rewrite chain_S // -mulmxA IH ?(ltnW kL) // /Wq -mulmxA pi ?mulmx1 //.
exact: ltnW.
Qed.

Lemma pp_chain j k : (j <= k)%N -> (k <= L)%N -> pp k *m chain j k = pp j.
Proof.
elim: k => [|k IH] jk kL.
  by move: jk; rewrite leqn0 => /eqP jE; subst j; rewrite chain_id mulmx1.
move: jk; rewrite leq_eqVlt => /orP[/eqP jE|]; first by subst j; rewrite chain_id mulmx1.
by rewrite ltnS => jk; rewrite chain_S // /Wq !mulmxA pi // mul1mx IH ?(ltnW kL).
Qed.

Lemma chain_lt j k : (j < k)%N -> (k <= L)%N -> chain j k = ii k *m pp j.
Proof.
case: k => // k; rewrite ltnS => jk kL; rewrite chain_S // /Wq -mulmxA pp_chain //.
exact: ltnW.
Qed.

Definition cop l : 'M[F]_(M l) := 1%:M - ii l *m pp l.

Lemma pp_cop l : (l <= L)%N -> pp l *m cop l = 0.
Proof. by move=> lL; rewrite /cop mulmxBr mulmx1 mulmxA pi // mul1mx subrr. Qed.

Lemma cop_ii l : (l <= L)%N -> cop l *m ii l = 0.
Proof. by move=> lL; rewrite /cop mulmxBl mul1mx -mulmxA pi // mulmx1 subrr. Qed.

Lemma rank_cop l : (l <= L)%N -> (\rank (cop l) <= M l - q)%N.
Proof.
move=> lL; have := mulmx0_rank_max (cop_ii lL).
suff -> : \rank (ii l) = q by move=> h; rewrite -(leq_add2r q) subnK // (leq_trans _ h) // leq_addl.
apply/eqP; rewrite eqn_leq rank_leq_col -{1}(mxrank1 F q) -(pi lL).
exact: mxrankM_maxr.
Qed.

Let G := X *m (residual X (0 : 'M_(M L, N)) Wq)^T.
Lemma GE : G = ii 0 *m S *m pp L.
Proof.
by rewrite /G /residual subr0 trmx_mul mulmxA chain_lt // trmx_mul iL mulmxA SigE.
Qed.
Lemma GE2 : G = X *m X^T *m (chain 0 L)^T.
Proof. by rewrite /G /residual subr0 trmx_mul mulmxA. Qed.

Lemma CE k : (k < L)%N -> chain 0 k *m G *m chain k.+1 L = ii k *m S *m pp k.+1.
Proof.
move=> kL; rewrite GE !mulmxA chain_ii //; last exact: ltnW.
by rewrite -mulmxA pp_chain.
Qed.

Section Ker.
Variable U : forall i, 'M[F]_(M i.+1, M i).
Notation d_chain := (d_chain Wq U).
Hypothesis ker : forall V, hessian_form Wq X (0 : 'M_(M L, N)) U V = 0.

Lemma stepX k : (k.+1 < L)%N ->
  ii k.+1 *m S *m pp k.+2 *m U k.+1 = U k *m (ii k *m S *m pp k.+1).
Proof.
by move=> kL; have := kernel_stepX ker kL; rewrite -/G !CE // ltnW.
Qed.

Lemma stepXp k : (k.+1 < L)%N ->
  S *m pp k.+2 *m U k.+1 = pp k.+1 *m U k *m ii k *m S *m pp k.+1.
Proof.
move=> kL; have /(congr1 (fun A => pp k.+1 *m A)) := stepX kL.
by rewrite !mulmxA pi ?(ltnW kL) // mul1mx.
Qed.

Definition ab l : 'M[F]_q := pp l.+1 *m U l *m ii l.

Lemma abS k : (k.+1 < L)%N -> S *m ab k.+1 = ab k *m S.
Proof.
move=> kL; rewrite /ab !mulmxA stepXp // -mulmxA pi ?mulmx1 //.
exact: ltnW.
Qed.

Lemma URx k : (k.+1 < L)%N -> pp k.+2 *m U k.+1 *m cop k.+1 = 0.
Proof.
move=> kL; rewrite -[LHS](mulKmx SU) !mulmxA.
rewrite -[invmx S *m S *m _]mulmxA -[invmx S *m _ *m U _]mulmxA stepXp //.
by rewrite -!mulmxA pp_cop ?mulmx0 // ltnW.
Qed.

Lemma ULx k : (k.+1 < L)%N -> cop k.+1 *m U k *m ii k = 0.
Proof.
move=> kL; have kL1 := ltnW kL.
have /(congr1 (fun A => cop k.+1 *m A *m ii k.+1)) := stepX kL.
rewrite !mulmxA cop_ii // !mul0mx -[_ *m pp k.+1 *m _]mulmxA pi // mulmx1.
by move=> /(congr1 (fun A => A *m invmx S)); rewrite mul0mx mulmxK.
Qed.

Lemma EqX0 : (d_chain 0 L)^T *m chain 1 L + (chain 0 L)^T *m d_chain 1 L = 0.
Proof.
have := kernel_eqX ker (ltn0Sn L'); rewrite /EqX -/G GE2 chain_id d_chain_id !mul1mx !mul0mx addr0.
move: SigU; move: (X *m X^T) => Sg SgU.
rewrite -!mulmxA -!mulmxDr => /(congr1 (fun A => invmx Sg *m A)).
by rewrite mulmx0 mulKmx.
Qed.

Lemma EqXL : chain 0 L' *m (X *m X^T) *m (d_chain 0 L)^T + d_chain 0 L' *m (ii 0 *m S *m pp L) = 0.
Proof.
have := kernel_eqX ker (ltnSn L'); rewrite /EqX -/G GE chain_id d_chain_id !mulmx1 mulmx0 addr0.
by rewrite !mulmxA.
Qed.

Lemma URx_D : pp L *m d_chain 0 L *m cop 0 = pp 1 *m U 0%N *m cop 0.
Proof.
rewrite d_chain_sum // big_mkord (bigD1 ord0) //= chain_id mulmx1 mulmxDr mulmxDl.
rewrite mulmxA pp_chain // mulmx_sumr mulmx_suml big1 ?addr0 // => l l0.
have lL := ltn_ord l.
by rewrite !mulmxA (@chain_lt 0 l) ?lt0n // ?(ltnW lL) // mulmxA -mulmxA pp_cop ?mulmx0.
Qed.

Lemma ULx_D : cop L *m d_chain 0 L *m ii 0 = cop L *m U L' *m ii L'.
Proof.
rewrite d_chain_sum // big_mkord (bigD1 ord_max) //= chain_id mul1mx mulmxDr mulmxDl.
rewrite -[_ *m (U L' *m _) *m _]mulmxA -[U L' *m _ *m _]mulmxA chain_ii // mulmxA.
rewrite mulmx_sumr mulmx_suml big1 ?addr0 // => l l0.
have lL : (l < L')%N by rewrite ltn_neqAle -ltnS ltn_ord andbT.
by rewrite !mulmxA (@chain_lt l.+1 L) // mulmxA cop_ii // !mul0mx.
Qed.

Lemma URx0 : pp 1 *m U 0%N *m cop 0 = 0.
Proof.
rewrite -URx_D; apply: trmx_inj; rewrite trmx0 !trmx_mul -iL trmxK mulmxA.
have /(congr1 (fun A => (cop 0)^T *m A *m ii 1)) := EqX0.
rewrite mulmx0 mul0mx mulmxDr mulmxDl (chain_lt (ltn0Sn L')) // trmx_mul.
rewrite !mulmxA -[(cop 0)^T *m (pp 0)^T]trmx_mul pp_cop // trmx0 !mul0mx addr0.
by rewrite -!mulmxA chain_ii.
Qed.

Lemma ULx_L : cop L *m U L' *m ii L' = 0.
Proof.
have copT : (cop L)^T = cop L.
  by rewrite /cop linearB /= trmx1 trmx_mul -iL trmxK.
rewrite -ULx_D; apply: trmx_inj; rewrite trmx0 !trmx_mul copT mulmxA.
have e : pp 0 *m X *m X^T = S *m (ii 0)^T.
  by apply: trmx_inj; rewrite !trmx_mul !trmxK Ssym -SigE mulmxA.
have /(congr1 (fun A => pp L' *m A *m cop L)) := EqXL.
rewrite mulmx0 mul0mx mulmxDr mulmxDl !mulmxA -[_ *m pp L *m _]mulmxA pp_cop //.
rewrite mulmx0 addr0 pp_chain // e => /(congr1 (fun A => invmx S *m A)).
by rewrite mulmx0 -!mulmxA mulKmx.
Qed.

Lemma ab_D j : (j <= L)%N -> pp L *m d_chain j L *m ii j = \sum_(j <= l < L) ab l.
Proof.
move=> jL; rewrite d_chain_sum // mulmx_sumr mulmx_suml.
apply: eq_big_nat => l /andP[jl lL].
by rewrite !mulmxA pp_chain // -[_ *m chain _ _ *m _]mulmxA chain_ii // ltnW.
Qed.

Lemma ab_sym : (\sum_(0 <= l < L) ab l)^T + \sum_(1 <= l < L) ab l = 0.
Proof.
have /(congr1 (fun A => (ii 0)^T *m A *m ii 1)) := EqX0.
rewrite mulmx0 mul0mx mulmxDr mulmxDl -!mulmxA chain_ii // (chain_lt (ltn0Sn L')) //.
rewrite trmx_mul iL !mulmxA -[(ii 0)^T *m (pp 0)^T]trmx_mul pi // trmx1 mul1mx.
rewrite ab_D // => h; rewrite -[RHS]h -(ab_D (leq0n L)) -iL.
by rewrite [(_ *m ii 0)^T]trmx_mul [(_ *m d_chain 0 L)^T]trmx_mul trmxK mulmxA.
Qed.

Hypothesis pos : forall a : nat -> 'M[F]_q,
  (forall k, (k.+1 < L)%N -> S *m a k.+1 = a k *m S) ->
  (\sum_(0 <= l < L) a l)^T + \sum_(1 <= l < L) a l = 0 -> a 0%N = 0.

Lemma ab0 l : (l < L)%N -> ab l = 0.
Proof.
elim: l => [|l IH] lL; first by apply: pos ab_sym; apply: abS.
by rewrite -[ab _](mulKmx SU) abS // IH ?mul0mx ?mulmx0 // ltnW.
Qed.

Lemma kernel_cop l : (l < L)%N -> U l = cop l.+1 *m U l *m cop l.
Proof.
move=> lL; have lL1 := ltnW lL.
have r0 : pp l.+1 *m U l = 0.
  have c : pp l.+1 *m U l *m cop l = 0 by case: l lL {lL1} => [|l] lL; [apply: URx0|apply: URx].
  by move: c; rewrite /cop mulmxBr mulmx1 mulmxA -/(ab l) ab0 // mul0mx subr0.
have c0 : U l *m ii l = 0.
  have c : cop l.+1 *m U l *m ii l = 0.
    by move: lL; rewrite ltnS leq_eqVlt => /orP[/eqP ->|lL]; [apply: ULx_L|apply: ULx].
  by move: c; rewrite /cop mulmxBl mul1mx -mulmxA r0 mulmx0 subr0.
have -> : cop l.+1 *m U l = U l by rewrite /cop mulmxBl mul1mx -mulmxA r0 mulmx0 subr0.
by rewrite /cop mulmxBr mulmx1 mulmxA c0 mul0mx subr0.
Qed.
End Ker.

Hypothesis pos : forall a : nat -> 'M[F]_q,
  (forall k, (k.+1 < L)%N -> S *m a k.+1 = a k *m S) ->
  (\sum_(0 <= l < L) a l)^T + \sum_(1 <= l < L) a l = 0 -> a 0%N = 0.

Definition SblkX l : 'M[F]_(M l.+1 * M l) := (cop l.+1)^T *t cop l.
Definition SmxX : 'M[F]_(\sum_(l < L) layer_size M l) :=
  \mxdiag_(l < L) (SblkX l : 'M_(layer_size M l)).

Notation H := (loss_hessian Wq X (0 : 'M_(M L, N))).

Lemma kermx_loss_hessian_SX (u : 'rV_(\sum_(l < L) layer_size M l)) : u *m H = 0 -> u *m SmxX = u.
Proof.
move=> uH; have ker V : hessian_form Wq X (0 : 'M_(M L, N)) (direction u) V = 0.
  have [v vV] := direction_surj L V.
  by rewrite -(hessian_form_ext _ _ _ (fun l _ => erefl) vV) -loss_hessian_form uH mul0mx mxE.
rewrite -[u]submxrowK /SmxX mul_mxrow_mxdiag; apply: eq_mxrow => l.
apply: unvec_inj; rewrite unvec_mul trmxK -directionE.
by rewrite -kernel_cop.
Qed.

Lemma rank_loss_hessian_geX :
  (\sum_(l < L) M l.+1 * M l <= \rank H + \sum_(l < L) (M l.+1 - q) * (M l - q))%N.
Proof.
rewrite -leq_subLR -mxrank_ker.
have <- : kermx H *m SmxX = kermx H.
  apply/row_matrixP => i; rewrite row_mul kermx_loss_hessian_SX //.
  by rewrite -row_mul mulmx_ker row0.
apply: leq_trans (mxrankM_maxr _ _) _; rewrite /SmxX rank_mxdiag.
apply: leq_sum => l _; rewrite /SblkX mxrank_tens mxrank_tr.
by apply: leq_mul; rewrite rank_cop // ltnW.
Qed.
End ElimX.
